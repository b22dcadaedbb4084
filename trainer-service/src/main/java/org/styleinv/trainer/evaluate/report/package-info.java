/**
 * What a person looks at: sheets of pictures, charts, and one page that has them all. It takes figures that were
 * measured and measures none. Start with {@link org.styleinv.trainer.evaluate.report.Report}.
 */
@NullMarked
package org.styleinv.trainer.evaluate.report;

import org.jspecify.annotations.NullMarked;

/** What a person looks at: sheets of pictures, charts, and one page that has them all. */
package org.styleinv.trainer.evaluate.report;

/**
 * Classes that Quarkus wrote when an application was packaged, brought into one form: it writes what means the same in another order each time.
 * Start reading at {@link org.styleinv.images.generated.SteadyJar}.
 */
@NullMarked
package org.styleinv.images.generated;

import org.jspecify.annotations.NullMarked;

/**
 * What goes wrong, as RFC 9457 has it ({@code application/problem+json}), with the sentence that gRPC gives. Start at
 * {@link org.styleinv.studio.problem.Problem}.
 */
@NullMarked
package org.styleinv.studio.problem;

import org.jspecify.annotations.NullMarked;

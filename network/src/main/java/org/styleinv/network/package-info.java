/**
 * The mathematics: every network, defined once for training and for serving, in plain Java on libtorch. A {@code Layer}
 * declares variables and writes its arithmetic as {@code Script} text; {@code Weights} hold values and a {@code Pass}
 * brings the two together. Start with {@code Pass}, then {@code stylegan.FullyConnected}, the smallest layer.
 */
@NullMarked
package org.styleinv.network;

import org.jspecify.annotations.NullMarked;

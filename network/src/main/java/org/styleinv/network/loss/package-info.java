/** What the stages are trained by, as functions of what the networks gave: {@code Losses}. Nothing here has state. */
package org.styleinv.network.loss;

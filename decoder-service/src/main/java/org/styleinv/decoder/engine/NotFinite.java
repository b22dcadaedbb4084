package org.styleinv.decoder.engine;

/** Thrown where a latent leads to no picture: it, or what becomes of it in the model, is not finite. The engine is well. */
public final class NotFinite extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotFinite(String sentence) {
        super(sentence, null, false, false);
    }
}

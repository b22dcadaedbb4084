package org.styleinv.trainer.data.rendered;

/** In what look a scene is drawn: {@link #SKETCH} shows the very faces and motions of {@link #COLOUR}. */
public enum Look {
    COLOUR,
    SKETCH
}

package org.styleinv.mesh.picture;

/** As what frames go to standard output. */
public enum PipeForm {
    /** H.264 in fragments of a frame each. */
    MP4,
    /** A JPEG a frame, one behind the other. */
    MJPEG,
    /** YUV4MPEG2 with all colours (4:4:4): nothing is lost but what rounding takes. */
    Y4M
}

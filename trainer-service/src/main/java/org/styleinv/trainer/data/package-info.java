/**
 * Videos in and out: decoding a folder of them into frames for training, writing frames as video, and rendering a data
 * set of talking cartoon faces whose truth is known. Plain Java, Java2D and ffmpeg; no tensor comes in here.
 * Start with {@link org.styleinv.trainer.data.VideoDataset}, then {@link org.styleinv.trainer.data.RenderedFaces}.
 */
package org.styleinv.trainer.data;

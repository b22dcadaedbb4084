/**
 * What lies in a folder of data or a ZIP: which files there are, of what kind and in what order, and which are left out and
 * why. It opens no picture and no video. Start reading at {@code Sources}.
 */
package org.styleinv.trainer.data.find;

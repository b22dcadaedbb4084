/** What a model is on disk: records and weights whose digests are checked. Start with {@code ModelFolder}. */
package org.styleinv.network.checkpoint;

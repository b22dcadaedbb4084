/** What the documents say is what the code does: the topics, the examples, and every command of the guides. */
package org.styleinv.mesh.docs;

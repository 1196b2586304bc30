/** XML without DTDs and entities, bounded in depth. */
@NullMarked
package dev.fovea.labels.xml;

import org.jspecify.annotations.NullMarked;

/** The lineage graph. */
@NullMarked
package dev.fovea.registry.lineage;

import org.jspecify.annotations.NullMarked;

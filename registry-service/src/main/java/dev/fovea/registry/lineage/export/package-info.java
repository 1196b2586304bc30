/** The lineage in the forms of others: W3C PROV and OpenLineage. */
@NullMarked
package dev.fovea.registry.lineage.export;

import org.jspecify.annotations.NullMarked;

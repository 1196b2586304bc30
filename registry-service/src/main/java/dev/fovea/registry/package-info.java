/** Runs, models, lineage, access and the audit log. */
@NullMarked
package dev.fovea.registry;

import org.jspecify.annotations.NullMarked;

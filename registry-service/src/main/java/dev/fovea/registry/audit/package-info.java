/** The audit log. */
@NullMarked
package dev.fovea.registry.audit;

import org.jspecify.annotations.NullMarked;

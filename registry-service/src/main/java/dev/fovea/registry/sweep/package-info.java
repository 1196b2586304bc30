/** Sweeps: what is searched, who tries what, and how it went. */
@NullMarked
package dev.fovea.registry.sweep;

import org.jspecify.annotations.NullMarked;

/** Watches over runs that are going on. */
@NullMarked
package dev.fovea.registry.alerts;

import org.jspecify.annotations.NullMarked;

/** Puts the registry into the application where its role is active. */
@NullMarked
package dev.fovea.registry.boot;

import org.jspecify.annotations.NullMarked;

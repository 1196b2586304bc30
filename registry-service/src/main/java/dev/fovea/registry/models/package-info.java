/** Logged models, registered models, their versions and aliases. */
@NullMarked
package dev.fovea.registry.models;

import org.jspecify.annotations.NullMarked;

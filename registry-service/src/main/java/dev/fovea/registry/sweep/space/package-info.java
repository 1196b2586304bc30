/** What the trials of a sweep may vary, and one point of it. */
@NullMarked
package dev.fovea.registry.sweep.space;

import org.jspecify.annotations.NullMarked;

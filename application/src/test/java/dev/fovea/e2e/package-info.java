/** What needs more than a JDK: run by make e2e. */
@NullMarked
package dev.fovea.e2e;

import org.jspecify.annotations.NullMarked;

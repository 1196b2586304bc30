/** The application: every service in one JVM, or a chosen few. */
@NullMarked
package dev.fovea;

import org.jspecify.annotations.NullMarked;

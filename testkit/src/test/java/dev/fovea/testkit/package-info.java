/** Shows that the tools of tests work. */
@NullMarked
package dev.fovea.testkit;

import org.jspecify.annotations.NullMarked;

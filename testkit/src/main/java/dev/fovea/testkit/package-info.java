/** What tests of several modules share. */
@NullMarked
package dev.fovea.testkit;

import org.jspecify.annotations.NullMarked;

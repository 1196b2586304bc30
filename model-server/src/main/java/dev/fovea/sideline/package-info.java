/** Work beside the answers, which never makes anybody wait. */
@NullMarked
package dev.fovea.sideline;

import org.jspecify.annotations.NullMarked;

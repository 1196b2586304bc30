/** Pages about tokens for programs. */
@NullMarked
package dev.fovea.web.tokens;

import org.jspecify.annotations.NullMarked;

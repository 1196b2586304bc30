/** Where somebody arrives: the projects, and what one of them needs now. */
@NullMarked
package dev.fovea.web.overview;

import org.jspecify.annotations.NullMarked;

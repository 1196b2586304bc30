/** Pictures that go along in a page itself. */
@NullMarked
package dev.fovea.web.picture;

import org.jspecify.annotations.NullMarked;

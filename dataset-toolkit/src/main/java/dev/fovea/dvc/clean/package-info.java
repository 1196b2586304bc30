/** What nobody needs any more, at a remote or in the cache, and its removal. */
@NullMarked
package dev.fovea.dvc.clean;

import org.jspecify.annotations.NullMarked;

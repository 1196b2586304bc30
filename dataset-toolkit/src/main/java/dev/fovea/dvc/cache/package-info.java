/** DVC's cache: objects, folders' objects, links to them, and who may use it at the moment. */
@NullMarked
package dev.fovea.dvc.cache;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.fovea.mask;

import org.jspecify.annotations.NullMarked;

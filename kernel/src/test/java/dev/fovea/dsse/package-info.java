@NullMarked
package dev.fovea.dsse;

import org.jspecify.annotations.NullMarked;

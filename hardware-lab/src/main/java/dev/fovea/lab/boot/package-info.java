/** Puts the lab together where its role runs. */
@NullMarked
package dev.fovea.lab.boot;

import org.jspecify.annotations.NullMarked;

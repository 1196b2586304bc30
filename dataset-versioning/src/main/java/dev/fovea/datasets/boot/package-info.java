/** Switches the service on where its role runs, and its remote clients where it does not. */
@NullMarked
package dev.fovea.datasets.boot;

import org.jspecify.annotations.NullMarked;

/**
 * What Git's commits, its index and the working tree say of data, and what a tracked folder held or
 * holds.
 */
@NullMarked
package dev.fovea.dvc.history;

import org.jspecify.annotations.NullMarked;

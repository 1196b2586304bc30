/** The bare Git repositories that Fovea hosts, read and written without a checkout. */
@NullMarked
package dev.fovea.datasets.repository;

import org.jspecify.annotations.NullMarked;

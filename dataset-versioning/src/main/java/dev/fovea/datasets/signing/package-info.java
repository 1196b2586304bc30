/** Signs what every version is, with a key of the service's own. */
@NullMarked
package dev.fovea.datasets.signing;

import org.jspecify.annotations.NullMarked;

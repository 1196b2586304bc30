/** {@code fovea dataset}: working copies, versions of a server, queries. */
@NullMarked
package dev.fovea.cli.dataset;

import org.jspecify.annotations.NullMarked;

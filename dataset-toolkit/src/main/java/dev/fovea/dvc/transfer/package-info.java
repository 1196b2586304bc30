/** To remotes and from there: only what is lacking, and nothing that is not what its name says. */
@NullMarked
package dev.fovea.dvc.transfer;

import org.jspecify.annotations.NullMarked;

/** Jobs as processes of this machine: Linux alone, with what util-linux and coreutils bring. */
@NullMarked
package dev.fovea.pipelines.launch.process;

import org.jspecify.annotations.NullMarked;

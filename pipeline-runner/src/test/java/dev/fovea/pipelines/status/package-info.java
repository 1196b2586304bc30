@NullMarked
package dev.fovea.pipelines.status;

import org.jspecify.annotations.NullMarked;

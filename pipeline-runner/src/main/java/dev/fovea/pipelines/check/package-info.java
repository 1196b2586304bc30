/** What a release would come to, found out on one machine without a server. */
@NullMarked
package dev.fovea.pipelines.check;

import org.jspecify.annotations.NullMarked;

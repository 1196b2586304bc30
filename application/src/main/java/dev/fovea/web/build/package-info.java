/** What is built: dataset versions, runs, models. */
@NullMarked
package dev.fovea.web.build;

import org.jspecify.annotations.NullMarked;

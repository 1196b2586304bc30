/** Pages about whom a project tells what happens. */
@NullMarked
package dev.fovea.web.webhooks;

import org.jspecify.annotations.NullMarked;

/** The pages: templates and small controllers that use the services as any other client does. */
@NullMarked
package dev.fovea.web;

import org.jspecify.annotations.NullMarked;

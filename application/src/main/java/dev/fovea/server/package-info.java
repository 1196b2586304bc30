/** How the services are started in one process: home folder, database, port. */
@NullMarked
package dev.fovea.server;

import org.jspecify.annotations.NullMarked;

import { SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Role } from '@qc/contracts';

/** Which roles a route is for. A route with neither this nor `@Public` is a fault, not an open door. */
export const Roles = Reflector.createDecorator<Role[]>();

export const PUBLIC = 'qc:public';

/** Open to anyone, signed in or not. */
export const Public = () => SetMetadata(PUBLIC, true);

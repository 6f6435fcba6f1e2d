// jest requires a CommonJS package (@nestjs/throttler) while it links what imports it, and cannot give it an ES module
// that is still being linked too: so the framework is there before any test file
import '@nestjs/common';
import '@nestjs/core';

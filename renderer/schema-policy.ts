import { z } from 'zod';

// The page's policy forbids making code from text, which schemas otherwise try in order to be
// faster. They try when they are made, so this module comes before every module with a schema.
z.config({ jitless: true });

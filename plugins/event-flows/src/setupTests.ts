import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// A whole app is rendered, lazily loaded parts and all: on a busy machine that
// takes longer than the second that is usual.
configure({ asyncUtilTimeout: 15_000 });
jest.setTimeout(60_000);

import { NotFoundErrorPage } from '@backstage/frontend-plugin-api';
import { ReactRouterV6PageRouter } from '@backstage/frontend-adapter-react-router-v6';
import { Outlet, Route, Routes } from 'react-router-dom';
import { PluginRoot } from '../components/PluginRoot';
import {
  connectRouteRef,
  connectionRouteRef,
  queueRouteRef,
  queuesRouteRef,
  topicAccessRouteRef,
} from '../routes';
import { ConnectPage } from './Connect';
import { ConnectionPage } from './Connection';
import { QueuePage } from './Queue';
import { ConnectionsPage } from './QueueManager';
import { QueuesPage } from './Queues';
import { RequireAdministrator } from './RequireAdministrator';
import { TopicAccessPage } from './TopicAccess';

/** The Queue manager and the pages below it; those about queues are for their owners, too. */
export function QueueManagerPage() {
  return (
    <ReactRouterV6PageRouter>
      <PluginRoot>
        <Routes>
          <Route path={queuesRouteRef.path} element={<QueuesPage />} />
          <Route path={queueRouteRef.path} element={<QueuePage />} />
          <Route
            element={
              <RequireAdministrator>
                <Outlet />
              </RequireAdministrator>
            }
          >
            <Route path="/" element={<ConnectionsPage />} />
            <Route path={connectRouteRef.path} element={<ConnectPage />} />
            <Route
              path={connectionRouteRef.path}
              element={<ConnectionPage />}
            />
            <Route
              path={topicAccessRouteRef.path}
              element={<TopicAccessPage />}
            />
          </Route>
          <Route path="*" element={<NotFoundErrorPage />} />
        </Routes>
      </PluginRoot>
    </ReactRouterV6PageRouter>
  );
}
